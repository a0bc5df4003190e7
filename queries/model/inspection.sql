CREATE TABLE inspection (
    inspection_id   TEXT      NOT NULL COMMENT 'Inspection | 检查编号',
    loan_id         TEXT      NOT NULL COMMENT 'Loan inspected | 贷款编号',
    customer_id     TEXT      COMMENT 'Customer inspected; where empty, the borrower of the loan | 客户编号',
    inspection_type TEXT      CHECK (inspection_type IN ('FIRST', 'REGULAR', 'FOCUSED'))
                              COMMENT 'Kind of inspection: first after drawdown, regular, or for cause | 检查类型',
    due_date        DATE      NOT NULL COMMENT 'Last day on which the inspection is on time | 应完成日期',
    completed_at    TIMESTAMP COMMENT 'Instant of completion; empty if it was not done | 完成时间',
    completed_by    TEXT      COMMENT 'Staff number of the inspector; need not stand in officer | 检查人',
    fund_use_ok     BOOLEAN   COMMENT 'Whether the money was used as agreed; empty if that was not checked | 资金用途是否合规',
    result_code     TEXT      COMMENT 'Finding, a code of the bank | 检查结论代码',
    evidence_ref    TEXT      COMMENT 'Where the evidence is kept, such as photographs, coordinates or a file hash | 证据引用',
    cancelled_on    DATE      COMMENT 'Day on which the inspection was called off, as after a payoff | 取消日期',
    source_system   TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id        TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at        TIMESTAMP DEFAULT due_date COMMENT 'Instant at which the bank first had the row; empty means on due_date | 知晓时间',
    PRIMARY KEY (inspection_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id)
) COMMENT = 'Post-loan inspection that was due, done or not | 贷后检查';
