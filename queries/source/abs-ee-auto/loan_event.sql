-- name: loan_event
-- title: Events of auto loans | 车贷事件
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102: balances and principal month by month
-- edges: WRITE_OFF in the month of the charge-off, with what was owed; its reason is ZERO_ROW or ROW_VANISHED, see auto_report. PAID_OFF in the month in which the balance reaches 0 or less otherwise; its reason is NATURAL_MATURITY from the month of maturity on, else EARLY_PAYOFF. Both are dated to the end of the month.
--   A loan whose balance comes back ends once more: each end is an event, and the last that no later balance contradicts counts.
--   A balance that rises (interest capitalised, or a correction) is no event, because the files do not say which; the roll-forward check lists each.

SELECT
    CONCAT(report.loan_id, '/', LPAD(CAST(report.month_no AS TEXT), 3, '0'), '/', report.status) AS event_id,
    report.loan_id,
    report.month_end AS event_date,
    CASE report.status WHEN 'WRITTEN_OFF' THEN 'WRITE_OFF' ELSE 'PAID_OFF' END AS event_type,
    report.written_off AS amount,
    CASE
        WHEN report.status = 'WRITTEN_OFF' THEN report.write_off_sign
        WHEN report.month_end >= contract.maturity_date THEN 'NATURAL_MATURITY'
        ELSE 'EARLY_PAYOFF'
    END AS reason_code,
    report.source_system,
    report.batch_id,
    report.known_at
FROM auto_report AS report
INNER JOIN auto_contract AS contract ON contract.loan_id = report.loan_id AND contract.source_file = report.batch_id
WHERE report.is_end
