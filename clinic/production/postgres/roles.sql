-- Run on a new database, by its superuser, and again as often as you like: the two roles of the site.
--
-- clinic_owner makes and changes tables: the migrate job alone signs in with it. clinic_app is what web, worker and
-- beat are. It reads and writes rows; it owns no table, so it can switch off no trigger and empty no table at once, and
-- what is append-only stays so whatever becomes of the application, but for what erase_person(), erase_subscriber(),
-- take_back_note() and undo_import() take out of it. They run as clinic_owner, by which the triggers know them; the application may call
-- them and do nothing else as owner.
--
-- The passwords come from files, so that they stand on no command line. SECRETS is where the files are.

\set ON_ERROR_STOP on
\set owner_password `cat "${SECRETS:-/run/secrets}/database_owner_password"`
\set app_password `cat "${SECRETS:-/run/secrets}/database_app_password"`

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['clinic_owner', 'clinic_app']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE clinic_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE clinic_app LOGIN PASSWORD :'app_password';

ALTER DATABASE :"DBNAME" OWNER TO clinic_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO clinic_app;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO clinic_owner;
GRANT USAGE ON SCHEMA public TO clinic_app;
-- Migrations make functions with this setting on, which nobody but a superuser may otherwise do. No trigger goes by it.
GRANT SET ON PARAMETER clinic.erasing TO clinic_owner;

ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clinic_app;
ALTER DEFAULT PRIVILEGES FOR ROLE clinic_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO clinic_app;
