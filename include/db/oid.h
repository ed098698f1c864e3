/*
 * The type numbers of PostgreSQL that parameters and rows speak. They are fixed in its catalogue
 * (pg_type.dat) and never change; the client library has no header for them.
 */
#ifndef DB_OID_H
#define DB_OID_H

enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_JSON = 114,
    OID_FLOAT8 = 701,
    OID_VARCHAR = 1043,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
    OID_JSONB = 3802,
    OID_BOOL_ARRAY = 1000,
    OID_BYTEA_ARRAY = 1001,
    OID_INT2_ARRAY = 1005,
    OID_INT4_ARRAY = 1007,
    OID_TEXT_ARRAY = 1009,
    OID_VARCHAR_ARRAY = 1015,
    OID_INT8_ARRAY = 1016,
    OID_FLOAT8_ARRAY = 1022,
    OID_TIMESTAMPTZ_ARRAY = 1185,
    OID_UUID_ARRAY = 2951,
    OID_JSONB_ARRAY = 3807,
};

/* PostgreSQL counts microseconds from 2000-01-01T00:00:00Z, this program from 1970. */
#define PG_EPOCH_US INT64_C(946684800000000)

/* jsonb in binary is one version byte and the text. */
enum { JSONB_VERSION = 1 };

#endif
