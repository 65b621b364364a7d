insert into lay_supabase.profiles (username) values ('ada');
