CREATE TABLE officer_assignment (
    loan_id       TEXT         NOT NULL COMMENT 'Loan held | 贷款编号',
    officer_id    TEXT         NOT NULL COMMENT 'Officer who holds it | 客户经理编号',
    role          TEXT         NOT NULL DEFAULT 'MANAGER' CHECK (role IN ('MANAGER', 'COLLECTOR', 'ORIGINATOR', 'APPROVER', 'INVESTIGATOR'))
                               COMMENT 'Role of the officer; MANAGER where the column is absent, and the role that indicators follow | 管户类型',
    share         DECIMAL(9,6) NOT NULL DEFAULT 1 CHECK (share > 0 AND share <= 1)
                               COMMENT 'Share of the loan as a fraction: 0.6 is 60 %; 1 where the column is absent | 管户比例',
    valid_from    DATE         NOT NULL COMMENT 'First day held; on the day of a hand-over the new officer holds the loan | 开始日期',
    valid_to      DATE         COMMENT 'First day no longer held; empty while it is held | 结束日期',
    reason        TEXT         CHECK (reason IN ('NEW', 'HANDOVER', 'LEAVE', 'MERGE'))
                               COMMENT 'Why the span began | 变动原因',
    source_system TEXT         COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT         COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP    DEFAULT valid_from COMMENT 'Instant at which the bank first had the row; empty means on valid_from | 知晓时间',
    PRIMARY KEY (loan_id, officer_id, role, valid_from),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT valid_to_after_valid_from CHECK (valid_to IS NULL OR valid_to > valid_from)
) COMMENT = 'Share of a loan that an officer holds in a role during a span of days; the shares of a loan and role sum to 1 on every day | 管户关系';
