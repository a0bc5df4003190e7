CREATE TABLE officer (
    officer_id    TEXT      NOT NULL COMMENT 'Staff number of the officer | 客户经理编号',
    officer_name  TEXT      COMMENT 'personal: Name of the officer; no formula uses it | 姓名',
    branch_id     TEXT      COMMENT 'Branch the officer belongs to | 所属机构编号',
    peer_group    TEXT      COMMENT 'Group inside which the officer is ranked, normally role, branch type and size band; where no officer has one, all form one group | 同组类别',
    role          TEXT      DEFAULT 'MANAGER' COMMENT 'Post of the officer, a code of the bank; MANAGER where the column is absent | 岗位',
    hired_on      DATE      COMMENT 'First day of service | 入职日期',
    left_on       DATE      COMMENT 'Last day of service; empty while in service | 离职日期',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (officer_id),
    FOREIGN KEY (branch_id) REFERENCES branch (branch_id),
    CONSTRAINT left_on_not_before_hired_on CHECK (left_on IS NULL OR left_on >= hired_on)
) COMMENT = 'Officer who looks after loans and is appraised | 客户经理';
