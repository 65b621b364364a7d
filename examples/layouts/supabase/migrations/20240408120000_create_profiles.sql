create schema lay_supabase;

create table lay_supabase.profiles (
  id uuid primary key default gen_random_uuid(),
  username text unique not null,
  created_at timestamptz not null default now()
);
