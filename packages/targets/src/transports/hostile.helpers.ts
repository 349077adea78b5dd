import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** Misbehaviours of receivers by protocol. Each sends until its reader stops. */
export const misbehaviours = {
	http: {
		"an endless body": ["HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1_024)],
		"an endless chunked body of tiny chunks": ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"],
		"endless headers": ["HTTP/1.1 200 OK\r\n", "x: y\r\n"],
		"an endless header": ["HTTP/1.1 200 OK\r\nx: ", "y".repeat(1_024)],
		"endless continues": ["", "HTTP/1.1 100 Continue\r\n\r\n"],
		"endless early hints": ["", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"],
		"endless answers": ["", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
		"an endless status line": ["HTTP/1.1 200 ", "O"],
		"endless redirects": ["", "HTTP/1.1 307 Over There\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"],
	},
	websocket: {
		"endless empty texts": ["101", Buffer.from([0x81, 0])],
		"endless pings": ["101", Buffer.from([0x89, 0])],
		"endless pongs": ["101", Buffer.from([0x8a, 1, 0x31])],
		"endless answers": ["101", textFrame('{"id":"x","status":"ok"}')],
		"a message of endless empty fragments": ["101", Buffer.from([0x00, 0]), Buffer.from([0x01, 0])],
		"an endless message": ["101", Buffer.alloc(1_024, "x"), Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 255, 255])],
		"endless continues before the handshake": ["", "HTTP/1.1 100 Continue\r\n\r\n"],
		"endless headers in the handshake": ["HTTP/1.1 101 Switching Protocols\r\n", "x: y\r\n"],
		"a refusal with an endless body": ["HTTP/1.1 403 Forbidden\r\n\r\n", "x".repeat(1_024)],
	},
	mqtt: {
		"endless ping answers": [connack(), Buffer.from([0xd0, 0])],
		"endless acknowledgements": [connack(), Buffer.from([0x40, 2, 0, 1])],
		"endless messages": [connack(), Buffer.from([0x30, 4, 0, 1, 0x61, 0])],
		"a packet of 256 MB": [connack(), "x".repeat(1_024), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
		"endless greetings": ["", connack()],
		"input that is not MQTT": ["HTTP/1.1 400 Bad Request\r\n\r\n", "x"],
	},
	mail: {
		"endless greetings": ["", "220 hello\r\n"],
		"a greeting of endless lines": ["", "220-hello\r\n"],
		"an endless line": ["220 ", "x"],
		"endless answers": ["220 hello\r\n", "250 OK\r\n"],
	},
} as const;

export type Speaks = keyof typeof misbehaviours;

function connack(): Buffer {
	return Buffer.from([0x20, 3, 0, 0, 0]);
}

function textFrame(text: string): Buffer {
	return Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
}

/** A receiver on 127.0.0.1 that answers everything with one of {@link misbehaviours}. */
export class HostileReceiver {
	readonly port: number;
	/** Number of connections accepted. */
	connections = 0;
	readonly #open: ReadonlySet<Socket>;
	readonly #close: () => void;

	static async listen(speaks: Speaks, how: string): Promise<HostileReceiver> {
		const sockets = new Set<Socket>();
		let receiver: HostileReceiver | undefined;
		const server = createServer({ highWaterMark: 64 * 1024 }, (socket) => {
			if (receiver) receiver.connections++;
			sockets.add(socket);
			socket.once("close", () => sockets.delete(socket)).on("error", () => undefined);
			const begin = (request: Buffer) => {
				socket.resume();
				pour(socket, speaks, how, request);
			};
			// A mail server speaks first.
			if (speaks === "mail") begin(Buffer.alloc(0));
			else socket.once("data", begin);
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		const close = () => {
			for (const socket of sockets) socket.destroy();
			server.close();
		};
		receiver = new HostileReceiver((server.address() as AddressInfo).port, sockets, close);
		return receiver;
	}

	private constructor(port: number, open: ReadonlySet<Socket>, close: () => void) {
		this.port = port;
		this.#open = open;
		this.#close = close;
	}

	/** Number of open connections. */
	get open(): number {
		return this.#open.size;
	}

	close(): void {
		this.#close();
	}
}

function pour(socket: Socket, speaks: Speaks, how: string, request: Buffer): void {
	const table: Readonly<Record<string, readonly (string | Buffer)[]>> = misbehaviours[speaks];
	const [greeting = "", unit = "", first = ""] = table[how] ?? [];
	socket.write(greeting === "101" ? upgraded(request.toString("latin1")) : greeting);
	if (first !== "") socket.write(first);
	const bytes = Buffer.from(unit as string);
	const piece = Buffer.concat(Array.from({ length: Math.ceil((16 * 1024) / bytes.length) }, () => bytes));
	const more = () => {
		while (!socket.destroyed && socket.write(piece));
	};
	socket.on("drain", more);
	more();
}

function upgraded(request: string): string {
	const key = /sec-websocket-key: *(\S+)/i.exec(request)?.[1] ?? "";
	const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
	const head = ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: upgrade"];
	return [...head, `sec-websocket-accept: ${accept}`, "", ""].join("\r\n");
}
