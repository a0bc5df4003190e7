-- name: loan_snapshot
-- title: State of a loan at a report date | 贷款快照
-- source: SEC Form ABS-EE, exhibit 102, commercial mortgages
-- edges: The built-in table with two more columns, source_status and scheduled_balance, which the queries of this layout read.
CREATE TABLE loan_snapshot (
    loan_id                  TEXT          NOT NULL COMMENT 'Loan of the snapshot (FIRE loan_id) | 贷款编号',
    snapshot_date            DATE          NOT NULL COMMENT 'Day whose close of business the row describes | 快照日期',
    status                   TEXT          CHECK (status IN ('ACTIVE', 'PAID_OFF', 'WRITTEN_OFF', 'SOLD', 'NOT_ORIGINATED'))
                                           COMMENT 'Whether the loan is on the books; only ACTIVE rows count in balances | 贷款状态',
    principal_balance        DECIMAL(18,2) NOT NULL CHECK (principal_balance >= 0)
                                           COMMENT 'Outstanding principal (EBA 3.09; Fannie Mae current_actual_upb), loan currency; 0 after the end | 本金余额',
    accrued_interest_balance DECIMAL(18,2) COMMENT 'Accrued interest on the books (EBA 3.10 accrued_interest_balance_on_book), loan currency | 应计利息余额',
    other_balances           DECIMAL(18,2) COMMENT 'Fees, costs and other claims on the books (EBA 3.11), loan currency | 其他余额',
    undrawn_amount           DECIMAL(18,2) CHECK (undrawn_amount >= 0)
                                           COMMENT 'Committed but not drawn, loan currency | 未提用额度',
    pastdue_principal_amount DECIMAL(18,2) CHECK (pastdue_principal_amount >= 0)
                                           COMMENT 'Principal due and unpaid (part of FIRE arrears_balance), loan currency | 逾期本金',
    pastdue_interest_amount  DECIMAL(18,2) CHECK (pastdue_interest_amount >= 0)
                                           COMMENT 'Interest due and unpaid (part of FIRE arrears_balance), loan currency | 逾期利息',
    days_past_due            INT           CHECK (days_past_due >= 0)
                                           COMMENT 'Days since the oldest unpaid due date (EBA 3.13 days_in_pastdue), 0 on the due date itself | 逾期天数',
    five_tier_class          TEXT          CHECK (five_tier_class IN ('NORMAL', 'SPECIAL_MENTION', 'SUBSTANDARD', 'DOUBTFUL', 'LOSS'))
                                           COMMENT 'Five-tier risk class; the last three are non-performing | 五级分类',
    ifrs_stage               INT           CHECK (ifrs_stage IN (1, 2, 3))
                                           COMMENT 'Impairment stage of IFRS 9 (FIRE impairment_status); 3 is credit-impaired | 减值阶段',
    pd                       DECIMAL(12,8) CHECK (pd BETWEEN 0 AND 1)
                                           COMMENT 'Probability of default within 12 months (FIRE pd_irb), a fraction; empty for a loan in default | 违约概率',
    lgd                      DECIMAL(12,8) CHECK (lgd BETWEEN 0 AND 1)
                                           COMMENT 'Loss given default (FIRE lgd_irb), a fraction of the exposure | 违约损失率',
    ead                      DECIMAL(18,2) CHECK (ead >= 0) COMMENT 'Exposure at default (FIRE ead), loan currency | 违约风险暴露',
    allowance_amount         DECIMAL(18,2) CHECK (allowance_amount >= 0)
                                           COMMENT 'Loan loss allowance, loan currency | 贷款损失准备',
    internal_rating          TEXT          COMMENT 'Rating of the borrower on the day, a code of the bank | 内部评级',
    is_non_accrual           BOOLEAN       COMMENT 'Whether interest is no longer accrued | 是否停息',
    is_forborne              BOOLEAN       COMMENT 'Whether a forbearance measure is in force (EBA 3.39 type_of_forbearance; Fannie Mae modification_flag) | 是否重组或宽限',
    source_status            TEXT          CHECK (source_status IN ('CURRENT', 'LATE_LT30', 'D30_59', 'D60_89', 'D90_PLUS',
                                                                   'MATURED_PERFORMING', 'MATURED_NONPERFORMING',
                                                                   'PAID_OFF', 'LIQUIDATED'))
                                           COMMENT 'Payment status in the words of the filing (paymentStatusLoanCode), or how the loan left | 来源还款状态',
    scheduled_balance        DECIMAL(18,2) CHECK (scheduled_balance >= 0)
                                           COMMENT 'Balance as if every instalment had been paid (reportPeriodEndScheduledLoanBalanceAmount), loan currency; the servicer advances the difference | 计划余额',
    source_system            TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id                 TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at                 TIMESTAMP     DEFAULT snapshot_date
                                           COMMENT 'Instant at which the bank first had the row; empty means on snapshot_date | 知晓时间',
    PRIMARY KEY (loan_id, snapshot_date),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id)
) COMMENT = 'State of a loan at the close of a day, normally a month-end | 贷款快照';
