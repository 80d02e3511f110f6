// The peer: a bare Socket.IO server that checks nothing and stores nothing. A move is acknowledged at once and handed
// on to everybody in the room, in the shape of Speedboat's patch so that the same people can play here.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((_request, response) => response.end("ok"));
const io = new Server(http, { transports: ["websocket"], serveClient: false });
let seq = 0;

io.on("connection", (socket) => {
  const room = socket.handshake.auth.code;
  socket.join(room);
  socket.on("do", (command, acknowledge) => {
    seq += 1;
    const { id, name, card, ...rest } = command;
    const record = { id: card, type: "card", seq, ...rest };
    io.to(room).emit("patch", { since: seq - 1, to: seq, put: [record], remove: [] });
    acknowledge({ ok: true, seq });
  });
  socket.on("drag", (drag) => socket.to(room).emit("drag", drag));
});

http.listen(Number(process.argv[2]), "127.0.0.1");
