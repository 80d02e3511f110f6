"""Heavy work apart from the live rooms: a bounded queue, worker processes, results kept by `seq`."""
