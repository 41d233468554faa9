#!/bin/sh
# The image of PostgreSQL runs this once, on an empty data folder. The application's role owns its
# database and nothing else: a superuser could switch the ledgers' triggers off.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 \
    --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE pharmacio LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE pharmacio OWNER pharmacio;
SQL
