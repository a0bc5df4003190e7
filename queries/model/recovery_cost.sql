CREATE TABLE recovery_cost (
    cost_id       TEXT          NOT NULL COMMENT 'Cost item | 费用编号',
    loan_id       TEXT          NOT NULL COMMENT 'Loan the cost was spent on | 贷款编号',
    cost_date     DATE          NOT NULL COMMENT 'Day on which the cost was paid | 费用日期',
    amount        DECIMAL(18,2) NOT NULL COMMENT 'Cost, loan currency; a refund, such as court fees paid back, is negative | 费用金额',
    cost_type     TEXT          COMMENT 'Kind of cost, a code of the bank such as LEGAL, AGENCY, APPRAISAL, INDIRECT | 费用类型',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT cost_date COMMENT 'Instant at which the bank first had the row; empty means on cost_date | 知晓时间',
    PRIMARY KEY (cost_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id)
) COMMENT = 'Cost of recovering a loan, part of the realised loss | 清收费用';
