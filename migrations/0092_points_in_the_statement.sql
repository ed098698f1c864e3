-- The statement that closes attempts counts points by itself: functions of SQL were planned anew at each of its executions, which took
-- longer than all the rest of it.
DROP FUNCTION points_new(bigint[], bigint[]);
DROP FUNCTION points_sum(bigint[], bigint[], bigint[]);
