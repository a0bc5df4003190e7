SELECT
    count(*) AS n_due,
    sum(principal_due) AS due_p,
    sum(principal_collected) AS coll_p,
    sum(principal_on_time) AS ontime_p,
    sum(interest_due) AS due_i,
    sum(interest_collected) AS coll_i
FROM due
