int proto_send(int n);
int proto_recv(void);
