-- AlterTable
ALTER TABLE "lay_prisma"."Post" DROP COLUMN "published";
