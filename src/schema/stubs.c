/*
 * stubs.c
 *		Kinds that are not written yet.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Not written yet. */
void
{
}
