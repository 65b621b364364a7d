-- AlterTable
ALTER TABLE "lay_prisma"."Post" ADD COLUMN     "published" BOOLEAN NOT NULL DEFAULT false;
