CREATE TABLE loan (
    loan_id              TEXT          NOT NULL COMMENT 'Loan (FIRE loan_id) | 贷款编号',
    customer_id          TEXT          COMMENT 'Borrower (FIRE customer_id) | 客户编号',
    product_code         TEXT          COMMENT 'Product, a code of the bank | 产品代码',
    branch_id            TEXT          COMMENT 'Branch that books the loan | 机构编号',
    industry_code        TEXT          COMMENT 'Industry the money is used in, GB/T 4754 or NACE; takes precedence over the industry of the customer | 贷款投向行业代码',
    currency             TEXT          COMMENT 'Currency of all amounts of the loan, ISO 4217, three letters | 币种',
    origination_date     DATE          NOT NULL COMMENT 'Day on which the contract begins, normally the first disbursement | 发放日期',
    maturity_date        DATE          COMMENT 'Day on which the last instalment is due by contract | 到期日期',
    origination_amount   DECIMAL(18,2) CHECK (origination_amount >= 0)
                                       COMMENT 'Amount granted, loan currency | 发放金额',
    interest_rate        DECIMAL(12,8) COMMENT 'Contract rate a year as a fraction: 0.06 is 6 % | 年利率',
    rate_type            TEXT          CHECK (rate_type IN ('FIXED', 'VARIABLE', 'MIXED'))
                                       COMMENT 'How the rate is set | 利率类型',
    repricing_date       DATE          COMMENT 'Next day on which the rate is set anew | 重定价日期',
    collateral_type      TEXT          COMMENT 'Kind of main collateral, a code of the bank | 担保方式',
    purpose_code         TEXT          COMMENT 'Purpose of the loan, a code of the bank | 贷款用途',
    origination_rating   TEXT          COMMENT 'Rating of the borrower at origination, a code of the bank | 发放时评级',
    renewed_from_loan_id TEXT          COMMENT 'Loan that this one renews or refinances | 原贷款编号',
    referral_officer_id  TEXT          COMMENT 'Officer who brought the loan in | 推荐人编号',
    ended_on             DATE          COMMENT 'Day on which the loan ended; where empty, events and snapshots tell | 结束日期',
    end_type             TEXT          CHECK (end_type IN ('PAID_OFF', 'SOLD', 'WRITTEN_OFF'))
                                       COMMENT 'How the loan ended (Fannie Mae and Freddie Mac zero_balance_code) | 结束方式',
    source_system        TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id             TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at             TIMESTAMP     DEFAULT origination_date
                                       COMMENT 'Instant at which the bank first had the row; empty means on origination_date | 知晓时间',
    PRIMARY KEY (loan_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (branch_id) REFERENCES branch (branch_id),
    FOREIGN KEY (renewed_from_loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (referral_officer_id) REFERENCES officer (officer_id),
    CONSTRAINT maturity_not_before_origination CHECK (maturity_date IS NULL OR maturity_date >= origination_date),
    CONSTRAINT ended_on_not_before_origination CHECK (ended_on IS NULL OR ended_on >= origination_date),
    CONSTRAINT end_type_has_ended_on CHECK (end_type IS NULL OR ended_on IS NOT NULL)
) COMMENT = 'Loan contract as agreed at origination, and how it ended | 贷款合同';
