CREATE TABLE compliance_finding (
    finding_id    TEXT      NOT NULL COMMENT 'Finding | 违规编号',
    officer_id    TEXT      NOT NULL COMMENT 'Officer it concerns | 客户经理编号',
    occurred_on   DATE      NOT NULL COMMENT 'Day of the breach | 发生日期',
    severity      TEXT      CHECK (severity IN ('MAJOR', 'MINOR'))
                            COMMENT 'How serious; a confirmed MAJOR finding is a veto | 严重程度',
    status        TEXT      CHECK (status IN ('CONFIRMED', 'OPEN', 'REJECTED'))
                            COMMENT 'Only CONFIRMED findings count | 认定状态',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT occurred_on COMMENT 'Instant at which the bank first had the row; empty means on occurred_on | 知晓时间',
    PRIMARY KEY (finding_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id)
) COMMENT = 'Finding of a breach of rules by an officer | 违规发现';
