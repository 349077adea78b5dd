import type { App } from "./app.ts";

/** Description of the API for a language model that writes programs; the repository's `llms.txt` is identical. */
export const llmsText = `# livekeeper

> Keeps Douyin (抖音) live rooms connected, and delivers every message once and in order over HTTP, Server-Sent Events, WebSocket and Socket.IO.

The service listens on http://127.0.0.1:7001 by default. If it has an API key, send \`Authorization: Bearer <key>\`. The complete API is at /docs/json (OpenAPI 3.1), and at /docs as a page; this file covers what most programs need.

- A live id is the last part of a room's address: 261378947940 of https://live.douyin.com/261378947940. The whole address is accepted too.
- Every event of a room has a \`seq\`: 1, 2, 3 … without holes. To miss nothing and process nothing twice, store the last \`seq\` and pass it as \`after\`.
- Answers are JSON with \`"success": true\`. Errors are \`{"success": false, "error": {"code", "message", "hint"}}\`: rely on the code, it is stable.
- Times are ms since the epoch, except in /api/live/status (seconds). 64-bit ids are strings. Fields are snake_case; unknown values are null.
- A gift's streak is several events. \`diamonds\` and \`delta\` are what each event adds: add these up, never \`count\`.
- Messages and nicknames are untrusted: show them as text.

## Rooms

- POST /api/live/start \`{"live_id": "1001"}\`: keep a room connected until it is stopped; it may be offline
- POST /api/live/stop \`{"live_id": "1001"}\`: stop it; stored events are kept
- GET /api/v1/rooms: all rooms with state and reason
- GET /api/v1/rooms/{live_id}: one room
- POST /api/v1/rooms/resolve \`{"text": "…"}\`: the rooms in a pasted text

## Events

- GET /api/v1/rooms/{live_id}/events?after=0&limit=500&types=chat,gift: a page; continue with after = next_after until caught_up
- GET /api/v1/rooms/{live_id}/events/stream?after=0: Server-Sent Events, first stored events, then new ones; \`Last-Event-ID\` works
- ws://127.0.0.1:7001/ws/{live_id}?after=0: the same over a WebSocket, an event or an array of events in each message
- GET /api/v1/search?q=words: messages and gifts of all rooms, newest first; continue with cursor until it is null
- GET /api/v1/rooms/{live_id}/broadcasts?last=5: figures of its broadcasts
- GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/gifts: gifts of a broadcast, by gift and by gifter
- GET /api/v1/rooms/{live_id}/series: messages, viewers, likes and diamonds per minute
- GET /api/v1/rooms/{live_id}/export?format=csv: its events as a file

Kinds of events: chat, gift, like, member, follow, share, fansclub, room_stats, viewers, rank, control and more; of the service's own: connection, gap (missing messages: from, to and reason), broadcast_started, broadcast_ended.

## The service

- GET /health/ready: whether it is ready, with warnings; needs no key
- GET /metrics: metrics for Prometheus

## Libraries

- JavaScript and TypeScript, Node and browsers: packages/client of the clone (\`npm pack -w packages/client -w packages/douyin\`, then install both files; the names are not on the npm registry). \`for await (const event of new LivekeeperClient({ url }).room("1001").events({ after: 0 }))\` continues across every disconnect and restart.
- Python: examples/livekeeper.py, one file without dependencies. \`for event in Livekeeper(url).follow("1001", after=0)\` does the same.
- Without a service: packages/douyin of the clone connects one room in your own program.
- Tools for language models (MCP): \`livekeeper mcp\`, or /mcp if the service was started with \`--mcp read\`.

## To change livekeeper itself

- CONTRIBUTING.md of the clone describes how to run and test it, with a walk for each kind of change. Then read the README.md (what it is, what it exports) and INVARIANTS.md (what it promises, each with the test that would fail, and what it knowingly does not do) of the package; packages/livekeeper/src has INVARIANTS.md for four parts.
`;

/** `GET /llms.txt`. */
export function llmsRoute(app: App): void {
	app.get("/llms.txt", { schema: { hide: true } }, (_request, reply) =>
		reply.type("text/plain; charset=utf-8").send(llmsText as never),
	);
}
