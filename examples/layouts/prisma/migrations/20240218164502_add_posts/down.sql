-- DropTable
DROP TABLE "lay_prisma"."Post";
