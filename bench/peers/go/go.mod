module socketconnector/bench/iocopy

go 1.19
