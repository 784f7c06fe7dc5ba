int socket_open(int port);
