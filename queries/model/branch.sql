CREATE TABLE branch (
    branch_id        TEXT      NOT NULL COMMENT 'Code of the branch | 机构编号',
    parent_branch_id TEXT      COMMENT 'Branch this one reports to; empty at the top of the tree | 上级机构编号',
    branch_name      TEXT      COMMENT 'Name of the branch | 机构名称',
    branch_type      TEXT      COMMENT 'Kind of branch, a code of the bank; part of the usual peer group | 机构类型',
    region           TEXT      COMMENT 'Region of the branch, a code of the bank | 所属地区',
    valid_from       DATE      NOT NULL COMMENT 'First day on which the row holds | 生效日期',
    valid_to         DATE      COMMENT 'First day on which the row no longer holds; empty while it holds | 失效日期',
    source_system    TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id         TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at         TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (branch_id, valid_from),
    FOREIGN KEY (parent_branch_id) REFERENCES branch (branch_id),
    CONSTRAINT valid_to_after_valid_from CHECK (valid_to IS NULL OR valid_to > valid_from)
) COMMENT = 'Branch or other unit of the bank, one row per span of validity | 机构';
