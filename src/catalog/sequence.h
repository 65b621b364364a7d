/*
 * sequence.h
 *		Whom a sequence belongs to.
 */
#ifndef DBMIG_CATALOG_SEQUENCE_H
#define DBMIG_CATALOG_SEQUENCE_H

#include "postgres.h"

#include "catalog/read.h"

/* The column that a sequence belongs to. */
typedef struct SequenceOwner
{
	char deptype; /* 'a': OWNED BY; 'i': of an identity column; 0: to nobody */
	Oid relid;
	int16 attnum;
} SequenceOwner;

extern SequenceOwner dbmig_sequence_owner(CatalogRead *read, Oid sequence);

#endif /* DBMIG_CATALOG_SEQUENCE_H */
