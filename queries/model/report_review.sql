CREATE TABLE report_review (
    review_id      TEXT         NOT NULL COMMENT 'Review | 评审编号',
    inspection_id  TEXT         COMMENT 'Inspection the report is about | 检查编号',
    officer_id     TEXT         NOT NULL COMMENT 'Officer who wrote the report | 客户经理编号',
    reviewer_id    TEXT         COMMENT 'Staff number of the reviewer, never the author; need not stand in officer | 评审人编号',
    score          DECIMAL(5,2) NOT NULL CHECK (score BETWEEN 0 AND 100) COMMENT 'Points of 100 | 评审得分',
    rubric_version TEXT         COMMENT 'Version of the rubric | 评分标准版本',
    reviewed_at    TIMESTAMP    COMMENT 'Instant of the review; a review without one belongs to the period that is run | 评审时间',
    source_system  TEXT         COMMENT 'System that delivered the row | 来源系统',
    batch_id       TEXT         COMMENT 'Delivery the row came with | 批次号',
    known_at       TIMESTAMP    DEFAULT reviewed_at COMMENT 'Instant at which the bank first had the row; empty means on reviewed_at | 知晓时间',
    PRIMARY KEY (review_id),
    FOREIGN KEY (inspection_id) REFERENCES inspection (inspection_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT reviewer_is_not_the_author CHECK (reviewer_id <> officer_id)
) COMMENT = 'Review of a post-loan report against the rubric | 贷后报告评审';
