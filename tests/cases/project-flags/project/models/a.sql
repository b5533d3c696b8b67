select nowhere as one
