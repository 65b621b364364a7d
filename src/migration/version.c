/*
 * version.c
 *		How versions of migrations order: naturally.
 *
 * A version is read as runs of digits and single other bytes.  Runs of digits
 * compare as numbers of any length, other bytes as bytes, and what is a prefix
 * comes first.  Versions that differ only in leading zeros are ordered by
 * their bytes, so that the order is total and only equal texts are equal.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "migration/version.h"

#define MAX_VERSION_BYTES 1000

/* Compares two versions: negative, zero or positive, as strcmp() does. */
int
dbmig_version_compare(const char *a, const char *b)
{
	const unsigned char *x = (const unsigned char *) a;
	const unsigned char *y = (const unsigned char *) b;

	while (*x && *y)
	{
		if (isdigit(*x) && isdigit(*y))
		{
			size_t xlen;
			size_t ylen;
			int order;

			while (*x == '0')
				x++;
			while (*y == '0')
				y++;
			xlen = strspn((const char *) x, "0123456789");
			ylen = strspn((const char *) y, "0123456789");
			if (xlen != ylen)
				return xlen < ylen ? -1 : 1;
			order = memcmp(x, y, xlen);
			if (order != 0)
				return order;
			x += xlen;
			y += ylen;
		}
		else if (*x != *y)
			return *x < *y ? -1 : 1;
		else
		{
			x++;
			y++;
		}
	}
	if (*x || *y)
		return *x ? 1 : -1;
	return strcmp(a, b);
}

/* Refuses a text that cannot be a version. */
void
dbmig_version_check(const char *version)
{
	size_t length = strlen(version);

	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("version must not be empty")));
	if (length > MAX_VERSION_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("version \"%.*s...\" is too long",
						pg_mbcliplen(version, length, 40), version),
				 errdetail("It has %zu bytes; at most %d are allowed.",
						   length, MAX_VERSION_BYTES)));
	for (const char *p = version; *p; p++)
	{
		if ((unsigned char) *p < 0x20 || *p == 0x7f)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("version must not contain control characters"),
					 errdetail("Byte %d of it is 0x%02x.",
							   (int) (p - version) + 1, (unsigned char) *p)));
	}
	if (version[0] == ' ' || version[length - 1] == ' ')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("version \"%s\" begins or ends with a space", version)));
}
