-- Of a query's objections(kp_id, psn_no, bkkp_sn, day, region, amount): those of points in
-- force, of the run's days, one point a line.
in_force AS (
    SELECT o.*, p.region AS of_region
    FROM objections o JOIN rule_points p USING (kp_id)
    WHERE (p.valid_from IS NULL OR p.valid_from <= o.day) AND (p.valid_to IS NULL OR p.valid_to >= o.day)
      AND within(o.region, p.region)
      AND o.day BETWEEN getvariable('from') AND getvariable('to')
      AND NOT EXISTS (
          FROM point q WHERE q.supersedes = o.kp_id AND (q.valid_from IS NULL OR q.valid_from <= o.day) AND within(o.region, q.region))
)
SELECT kp_id, bkkp_sn FROM in_force
QUALIFY row_number() OVER (PARTITION BY psn_no, bkkp_sn ORDER BY amount DESC, of_region <> '' DESC, kp_id) = 1
