/**
 * Receives the deliveries of a target, verifies that they come from your livekeeper, and processes each once.
 *
 *   npx tsx examples/target-receiver.ts --port 8080 --secret <the target's secret> --count 20
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
	options: {
		port: { type: "string", default: "8080" },
		secret: { type: "string", default: "" },
		count: { type: "string", default: "Infinity" },
	},
});

const maxAgeSeconds = 300;
const maxBodyBytes = 16 * 1024 * 1024;
const maxRemembered = 10_000;
/** Delivery is at least once: a repeat has the same id. A real receiver stores these ids together with the events. */
const seen = new Set<string>();
let left = Number(values.count);

const server = createServer(async (request, response) => {
	try {
		const body = await bodyOf(request);
		if (!isGenuine(request, body)) return void response.writeHead(401).end();
		const delivery = String(request.headers["x-livekeeper-delivery"]);
		if (!seen.has(delivery)) take(delivery, body);
		// Answer only now, because a delivery that isn't answered with 2xx is repeated.
		response.writeHead(204).end();
		if (left <= 0) server.close();
	} catch (error) {
		console.error(error);
		response.writeHead(400).end();
	}
});
server.listen(Number(values.port), "127.0.0.1", () => {
	const address = server.address();
	console.error(`Listening on port ${typeof address === "object" ? address?.port : address}`);
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > maxBodyBytes) throw new Error("The body is too large");
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** `x-livekeeper-signature: v1=<hex HMAC-SHA256 of timestamp + "." + body>`, over the raw bytes of the body. */
function isGenuine({ headers }: IncomingMessage, body: Buffer): boolean {
	const timestamp = String(headers["x-livekeeper-timestamp"]);
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (!(age <= maxAgeSeconds)) return false;
	const digest = createHmac("sha256", values.secret).update(`${timestamp}.`).update(body).digest("hex");
	const expected = Buffer.from(`v1=${digest}`);
	const given = Buffer.from(String(headers["x-livekeeper-signature"]));
	return given.length === expected.length && timingSafeEqual(given, expected);
}

interface Delivery {
	live_id: string;
	events: { seq: number; type: string; user?: { nickname: string }; content?: string; gift_name?: string }[];
}

function take(delivery: string, body: Buffer): void {
	const { events }: Delivery = JSON.parse(body.toString());
	for (const { seq, type, user, content, gift_name: gift } of events) {
		if (left-- > 0) console.log(seq, type, user?.nickname ?? "-", content ?? gift ?? "");
	}
	seen.add(delivery);
	for (const oldest of seen) {
		if (seen.size <= maxRemembered) break;
		seen.delete(oldest);
	}
}
