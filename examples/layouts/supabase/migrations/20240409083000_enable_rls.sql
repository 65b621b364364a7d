alter table lay_supabase.profiles enable row level security;

create policy "Profiles are visible to everyone"
  on lay_supabase.profiles for select using (true);
