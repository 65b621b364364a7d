DROP TABLE lay_golang.transfer;
