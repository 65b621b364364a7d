-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "lay_prisma";

-- CreateEnum
CREATE TYPE "lay_prisma"."Role" AS ENUM ('READER', 'AUTHOR');

-- CreateTable
CREATE TABLE "lay_prisma"."User" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,
    "role" "lay_prisma"."Role" NOT NULL DEFAULT 'READER',

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "lay_prisma"."User"("email");
