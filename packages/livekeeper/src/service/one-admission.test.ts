import { request } from "node:http";
import { expect, test } from "vitest";
import { startWithRoom, type TestService } from "./service.helpers.ts";

const upgrade = {
	connection: "Upgrade",
	upgrade: "websocket",
	"sec-websocket-version": "13",
	"sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** All ways to read a room's events. */
const ways = {
	http: { path: "/api/v1/rooms/1001/events?limit=1", headers: {}, opens: 200 },
	"server-sent events": { path: "/api/v1/rooms/1001/events/stream", headers: {}, opens: 200 },
	"socket.io by polling": { path: "/socket.io/?EIO=4&transport=polling", headers: {}, opens: 200 },
	"socket.io by websocket": {
		path: "/socket.io/?EIO=4&transport=websocket",
		headers: upgrade,
		opens: 101,
		refuses: 400,
	},
	websocket: { path: "/ws/1001", headers: upgrade, opens: 101 },
};

/** Returns the answer's status; a connection that it opens is closed at once. */
function knock({ port }: TestService, path: string, headers: object): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const asked = request({ host: "127.0.0.1", port, path, headers: { ...headers } });
		asked.on("response", ({ statusCode }) => {
			resolve(statusCode);
			asked.destroy();
		});
		asked.on("upgrade", (_response, socket) => {
			resolve(101);
			socket.destroy();
		});
		asked.on("error", reject).end();
	});
}

test.each(Object.entries(ways))(
	"applies one admission to every way in: %s",
	async (_way, { path, headers, opens, ...way }) => {
		const service = await startWithRoom({ corsOrigins: "https://a.example" });
		const status = (page: object) => knock(service, path, { ...headers, ...page });
		const origin = (of: string) => status({ origin: of });
		expect(await status({})).toBe(opens);
		expect(await origin(service.url)).toBe(opens);
		expect(await origin("https://a.example")).toBe(opens);
		expect(await status({ "sec-fetch-site": "same-origin" })).toBe(opens);

		const refused = [
			await status({ host: "evil.example" }),
			await origin("https://evil.example"),
			await origin("null"),
			await origin(`http://127.0.0.1:${service.port + 1}`),
			await status({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }),
			await status({ "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }),
			await status({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }),
		];
		expect(new Set(refused)).toEqual(new Set(["refuses" in way ? way.refuses : 403]));
	},
);

test("serves the Socket.IO client to any page", async () => {
	const service = await startWithRoom({ apiKey: "correct-horse" });
	const script = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" };
	expect(await knock(service, "/socket.io/socket.io.js", script)).toBe(200);
	expect(await knock(service, ways["socket.io by polling"].path, script)).toBe(403);
});

test.each(["http", "server-sent events", "websocket"] as const)(
	"applies one limit that refusals don't use up: %s",
	async (way) => {
		const { path, headers, opens } = ways[way];
		const service = await startWithRoom({ apiKey: "correct-horse", rateLimit: "20" });
		const withKey = (key: string) => knock(service, path, { ...headers, authorization: `Bearer ${key}` });
		const refused: (number | undefined)[] = [];
		for (let i = 0; i < 25; i++) refused.push(await withKey(`guess-${i}`));
		expect(refused.filter((status) => status === 401)).toHaveLength(20);
		expect(refused.slice(20)).toEqual([429, 429, 429, 429, 429]);
		const admitted: (number | undefined)[] = [];
		for (let i = 0; i < 25; i++) admitted.push(await withKey("correct-horse"));
		expect(admitted[0]).toBe(opens);
		expect(admitted.at(-1)).toBe(429);
	},
);
