"""Live connections: Socket.IO handlers, rooms, presence, and the channel between processes."""
