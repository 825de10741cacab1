-- The lines of the persons in suspects that count, net of refunds, with what is
-- known of their visits. Every query includes this text after its CTE suspects; it
-- is exact, since it is asked of few persons.
raw AS MATERIALIZED (
    SELECT psn_no, coalesce(bkkp_sn, '') AS bkkp_sn, coalesce(mdtrt_id, '') AS mdtrt_id, setl_id, fee_ocur_time AS occurred,
           CAST(fee_ocur_time AS DATE) AS day, fixmedins_code, coalesce(nullif(med_list_codg, ''), hilist_code) AS code,
           pieces(cnt) AS cnt, pric, fen(det_item_fee_sumamt) AS total,
           covered(inscp_amt, det_item_fee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt) AS inscp,
           hosp_appr_flag, dscg_tkdrug_flag, init_feedetl_sn, vali_flag, updt_time, _source, _line
    FROM fee_list_d SEMI JOIN suspects USING (psn_no)
),
newest AS (
    SELECT raw.* FROM raw JOIN live ON live.tag = _source
    WHERE occurred IS NULL OR occurred >= getvariable('horizon')
    QUALIFY bkkp_sn = '' OR row_number() OVER (PARTITION BY psn_no, bkkp_sn ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
settlements AS MATERIALIZED (
    SELECT s.psn_no, setl_id, coalesce(mdtrt_id, '') AS mdtrt_id, init_setl_id, refd_setl_flag, fixmedins_code, gend, med_type,
           vali_flag IS DISTINCT FROM '0' AS valid
    FROM setl_d s SEMI JOIN suspects USING (psn_no) JOIN live ON live.tag = _source
    WHERE setl_time IS NULL OR setl_time >= getvariable('horizon')
    QUALIFY row_number() OVER (PARTITION BY s.psn_no, setl_id ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
standing AS (
    SELECT s.*, s.valid AND s.refd_setl_flag IS DISTINCT FROM '1' AND r.init_setl_id IS NULL AS stands
    FROM settlements s LEFT JOIN (
        SELECT DISTINCT psn_no, init_setl_id FROM settlements
        WHERE valid AND refd_setl_flag = '1' AND init_setl_id <> ''
    ) r ON r.psn_no = s.psn_no AND r.init_setl_id = s.setl_id
),
paid AS (
    SELECT psn_no, mdtrt_id, bool_or(stands) AS stands, min(fixmedins_code) FILTER (stands) AS org,
           min(med_type) FILTER (stands) AS med_type, min(gend) FILTER (stands AND gend IN ('1', '2')) AS sex
    FROM standing GROUP BY ALL
),
encounters AS (
    SELECT m.* FROM mdtrt_d m SEMI JOIN suspects USING (psn_no) JOIN live ON live.tag = _source
    WHERE endtime IS NULL OR endtime >= getvariable('horizon')
    QUALIFY row_number() OVER (PARTITION BY m.psn_no, mdtrt_id ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
persons AS (
    SELECT psn_no, CASE WHEN vali_flag IS DISTINCT FROM '0' AND gend IN ('1', '2') THEN gend END AS sex
    FROM psn_info_b p SEMI JOIN suspects USING (psn_no) JOIN live ON live.tag = _source
    QUALIFY row_number() OVER (PARTITION BY psn_no ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
places AS (
    SELECT fixmedins_code, fix_blng_admdvs FROM fixmedins_b JOIN live ON live.tag = _source
    QUALIFY row_number() OVER (PARTITION BY fixmedins_code ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
visits AS (
    SELECT psn_no, mdtrt_id, (e.vali_flag IS DISTINCT FROM '0') AND (p.stands IS NULL OR p.stands) AS happened,
           coalesce(nullif(e.fixmedins_code, ''), p.org) AS org, e.fix_blng_admdvs AS enc_region,
           coalesce(nullif(e.med_type, ''), p.med_type) AS med_type, coalesce(e.nwb_flag = '1', false) AS newborn,
           coalesce(CASE WHEN e.gend IN ('1', '2') THEN e.gend END, p.sex) AS sex,
           CAST(e.begntime AS DATE) AS first_day, CAST(e.endtime AS DATE) AS last_day
    FROM encounters e FULL JOIN paid p USING (psn_no, mdtrt_id)
),
valid_lines AS MATERIALIZED (
    SELECT l.*, cnt < 0 OR (cnt IS NULL OR cnt >= 0) AND coalesce(total < 0, false) AS negative
    FROM newest l
    LEFT JOIN visits v ON v.psn_no = l.psn_no AND v.mdtrt_id = l.mdtrt_id
    LEFT JOIN standing s ON s.psn_no = l.psn_no AND s.setl_id = l.setl_id
    WHERE l.vali_flag IS DISTINCT FROM '0' AND coalesce(v.happened, true) AND coalesce(s.stands, true)
),
-- A refund that names a line, or a refund of it, goes to the charge at the end of the chain.
chain AS (
    SELECT psn_no, bkkp_sn AS refund, init_feedetl_sn AS target, 1 AS link
    FROM valid_lines WHERE negative AND init_feedetl_sn <> ''
    UNION ALL
    SELECT c.psn_no, c.refund, n.init_feedetl_sn, link + 1
    FROM chain c JOIN valid_lines n ON n.psn_no = c.psn_no AND n.bkkp_sn = c.target AND n.negative
    WHERE n.init_feedetl_sn <> '' AND link < 16
),
named AS (
    SELECT c.psn_no, c.target, sum(abs(r.cnt)) AS cnt, sum(abs(r.total)) AS total, sum(abs(r.inscp)) AS inscp
    FROM chain c JOIN valid_lines r ON r.psn_no = c.psn_no AND r.bkkp_sn = c.refund
    GROUP BY ALL
),
charged AS (
    SELECT l.*, l.cnt - coalesce(n.cnt, 0) AS left_cnt, l.total - coalesce(n.total, 0) AS left_total,
           greatest(0, l.inscp - coalesce(n.inscp, 0)) AS left_inscp
    FROM valid_lines l LEFT JOIN named n ON n.psn_no = l.psn_no AND n.target = l.bkkp_sn
    WHERE NOT negative
),
-- A refund that names nothing takes from the latest earlier line of its visit, code
-- and price, then from the one before it.
unnamed AS (
    SELECT psn_no, mdtrt_id, code, pric, max(occurred) AS occurred, sum(abs(cnt)) AS cnt, sum(abs(total)) AS total, sum(abs(inscp)) AS inscp
    FROM valid_lines WHERE negative AND coalesce(init_feedetl_sn, '') = '' GROUP BY ALL
),
taken AS (
    SELECT psn_no, bkkp_sn, least(left_cnt, greatest(0, r_cnt - (upto - left_cnt))) AS cnt, r_cnt, r_total, r_inscp
    FROM (
        SELECT c.psn_no, c.bkkp_sn, c.left_cnt, r.cnt AS r_cnt, r.total AS r_total, r.inscp AS r_inscp,
               sum(c.left_cnt) OVER (PARTITION BY c.psn_no, c.mdtrt_id, c.code, c.pric ORDER BY c.occurred DESC, c.bkkp_sn DESC
                                     ROWS UNBOUNDED PRECEDING) AS upto
        FROM charged c JOIN unnamed r ON r.psn_no = c.psn_no AND r.mdtrt_id = c.mdtrt_id AND r.code = c.code
                                     AND r.pric IS NOT DISTINCT FROM c.pric AND c.occurred <= r.occurred
        WHERE c.left_cnt > 0
    )
),
net AS (
    SELECT c.* EXCLUDE (left_cnt, left_total, left_inscp), left_cnt - coalesce(t.cnt, 0) AS qty,
           left_total - coalesce(share(r_total, t.cnt, r_cnt), 0) AS sum_left,
           greatest(0, left_inscp - coalesce(share(r_inscp, t.cnt, r_cnt), 0)) AS own
    FROM charged c LEFT JOIN taken t ON t.psn_no = c.psn_no AND t.bkkp_sn = c.bkkp_sn AND t.cnt > 0
),
lines AS MATERIALIZED (
    SELECT l.psn_no, l.bkkp_sn, l.mdtrt_id, l.occurred, l.day, l.occurred <> l.day AS clocked, l.code, l.qty, l.own, l.dscg_tkdrug_flag,
           hosp_appr_flag IS NOT DISTINCT FROM '2' OR coalesce(l.total > 0 AND l.inscp = 0, false) AS self_paid,
           coalesce(v.newborn, false) AS newborn, v.org_all AS org, v.med_type, v.first_day, v.last_day,
           CASE WHEN NOT coalesce(v.newborn, false) THEN coalesce(p.sex, v.sex) END AS sex,
           coalesce(nullif(i.fix_blng_admdvs, ''), v.enc_region) AS region
    FROM (
        SELECT * FROM net
        WHERE NOT coalesce(cnt > 0 AND qty <= 0, false) AND NOT coalesce(total > 0 AND sum_left <= 0, false)
    ) l
    LEFT JOIN (
        SELECT f.psn_no, f.mdtrt_id, v.* EXCLUDE (psn_no, mdtrt_id), coalesce(nullif(v.org, ''), f.org) AS org_all
        FROM (SELECT psn_no, mdtrt_id, arg_min(fixmedins_code, (occurred, bkkp_sn)) AS org FROM net GROUP BY ALL) f
        LEFT JOIN visits v ON v.psn_no = f.psn_no AND v.mdtrt_id = f.mdtrt_id
    ) v ON v.psn_no = l.psn_no AND v.mdtrt_id = l.mdtrt_id
    LEFT JOIN persons p ON p.psn_no = l.psn_no
    LEFT JOIN places i ON i.fixmedins_code = v.org_all
),
keyed_lines AS MATERIALIZED (
    SELECT l.*, coalesce(w.code, national_code(l.code)) AS key FROM lines l LEFT JOIN whole w ON w.code = l.code
),
