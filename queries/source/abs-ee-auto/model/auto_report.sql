-- name: auto_report
-- title: Month of an auto loan as reported | 车贷逐月报告
-- source: SEC Form ABS-EE, exhibit 102, auto loans: BAL, PRC, PMT, REC and REP
-- edges: A table of this layout alone. It keeps each month as filed, so that the cutoff, the keys and the rejects of input tables hold for it too.
CREATE TABLE auto_report (
    loan_id               TEXT          NOT NULL COMMENT 'Loan of the report | 贷款编号',
    month_no              INT           NOT NULL CHECK (month_no >= 0)
                                        COMMENT 'Months since the first report of the file, which is month 0 | 首期以来月数',
    month_end             DATE          NOT NULL COMMENT 'Last day of the month reported | 报告月末',
    balance_before        DECIMAL(18,2) COMMENT 'Balance at the end of the month before; in month 0 the beginning balance of the report, loan currency | 期初余额',
    reported_balance      DECIMAL(18,2) COMMENT 'Balance at the end of the month as reported (BAL), loan currency; empty after the end of the loan, negative where the borrower has paid too much | 期末余额(报告值)',
    principal_collected   DECIMAL(18,2) COMMENT 'Principal collected in the month (PRC), loan currency | 本月收回本金',
    total_paid            DECIMAL(18,2) COMMENT 'Paid in the month in all (PMT), loan currency; 0 is a missed payment, empty says nothing | 本月还款总额',
    recovered             DECIMAL(18,2) COMMENT 'Recovered in the month (REC), loan currency; negative where one is taken back | 本月回收金额',
    repossession_proceeds DECIMAL(18,2) COMMENT 'Proceeds of the repossessed car in the month (REP), loan currency; negative where they cost more than they brought | 本月收车处置收入',
    no_payment_months     INT           CHECK (no_payment_months >= 0)
                                        COMMENT 'Months in a row without a payment, up to and with this one; empty where total_paid is | 连续未还款月数',
    status                TEXT          CHECK (status IN ('ACTIVE', 'PAID_OFF', 'WRITTEN_OFF'))
                                        COMMENT 'State at the end of the month; empty after the end of the loan | 贷款状态',
    is_end                BOOLEAN       COMMENT 'Whether the loan ended in this month | 是否结束月',
    write_off_sign        TEXT          CHECK (write_off_sign IN ('ZERO_ROW', 'ROW_VANISHED'))
                                        COMMENT 'What showed the charge-off: a balance of 0 that nobody paid, or the first month without a balance | 核销迹象',
    written_off           DECIMAL(18,2) COMMENT 'Principal charged off in the month, loan currency | 本月核销本金',
    source_system         TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id              TEXT          COMMENT 'File the row came with; its months are the window in which its loans are seen | 批次号',
    known_at              TIMESTAMP     DEFAULT month_end COMMENT 'Instant at which the public first had the row; empty means on month_end | 知晓时间',
    PRIMARY KEY (loan_id, month_no),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id)
) COMMENT = 'Month of an auto loan as reported, also the months after its end | 车贷逐月报告';
