-- DropTable
DROP TABLE "lay_prisma"."User";

-- DropEnum
DROP TYPE "lay_prisma"."Role";

-- DropSchema
DROP SCHEMA "lay_prisma";
