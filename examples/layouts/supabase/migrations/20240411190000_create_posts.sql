create table lay_supabase.posts (
  id bigint generated always as identity primary key,
  profile_id uuid not null references lay_supabase.profiles (id) on delete cascade,
  body text not null
);
