import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";

export interface Mail {
	from: string;
	to: string[];
	/** Headers by lower-case name, unfolded. */
	headers: Record<string, string>;
	text: string;
	/** Whether it arrived over TLS; `login`: by whose login. */
	secured: boolean;
	login: string | undefined;
}

interface Options {
	/** Mailbox and password; without them no login is required. */
	login?: readonly [user: string, password: string];
	/** TLS from the beginning (`implicit`) or by STARTTLS, with this certificate. */
	tls?: TlsOptions & { implicit?: boolean };
	/** Answers that replace the usual ones, by the command's first word. */
	answers?: Readonly<Record<string, string>>;
	/** Replaces the greeting. */
	greeting?: string;
}

/**
 * A mail server on 127.0.0.1 that accepts what RFC 5321, 5322 and 4954 allow, in the order that they allow, and refuses
 * everything else: commands in another order, lines of more than 998 bytes or without CRLF, headers that are not 7-bit.
 */
export class StrictMailServer {
	readonly mails: Mail[] = [];
	readonly refused: string[] = [];
	readonly options: Options;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	static async listen(options: Options = {}): Promise<StrictMailServer> {
		const server = new StrictMailServer(options);
		server.#server.listen(0, "127.0.0.1");
		await once(server.#server, "listening");
		onTestFinished(async () => {
			for (const socket of server.#sockets) socket.destroy();
			server.#server.close();
			await once(server.#server, "close");
		});
		return server;
	}

	private constructor(options: Options) {
		this.options = options;
		const serve = (socket: Socket) => {
			this.#sockets.add(socket);
			socket.once("close", () => this.#sockets.delete(socket));
			new Session(this, socket);
		};
		this.#server = options.tls?.implicit ? createTlsServer(options.tls, serve) : createServer(serve);
	}

	get url(): string {
		const scheme = this.options.tls?.implicit ? "smtps" : "smtp";
		return `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}
}

const goAhead = "220 go ahead";

const order: Readonly<Record<string, readonly string[]>> = {
	new: ["EHLO"],
	greeted: ["STARTTLS", "AUTH", "MAIL"],
	mail: ["RCPT"],
	rcpt: ["RCPT", "DATA"],
};

class Session {
	readonly #server: StrictMailServer;
	#socket: Socket;
	#state: keyof typeof order | "data" | "password" = "new";
	#pending = "";
	#secured: boolean;
	#login: string | undefined;
	#from = "";
	#to: string[] = [];
	#data: string[] = [];

	constructor(server: StrictMailServer, socket: Socket) {
		this.#server = server;
		this.#socket = socket;
		this.#secured = server.options.tls?.implicit === true;
		this.#listen(socket);
		socket.write(`${server.options.greeting ?? "220 strict.example ESMTP"}\r\n`);
	}

	#listen(socket: Socket): void {
		socket.on("error", () => undefined);
		socket.on("data", (chunk: Buffer) => {
			this.#pending += chunk.toString("latin1");
			for (let end = this.#pending.indexOf("\n"); end >= 0; end = this.#pending.indexOf("\n")) {
				const line = this.#pending.slice(0, end + 1);
				this.#pending = this.#pending.slice(end + 1);
				this.#line(line);
			}
		});
	}

	#line(line: string): void {
		const answer = this.#state === "data" ? this.#dataLine(line) : this.#command(line);
		if (answer === undefined) return;
		this.#socket.write(`${answer}\r\n`);
		if (answer === goAhead) this.#secure();
		if (answer.startsWith("221")) this.#socket.end();
	}

	/** @returns the answer */
	#command(line: string): string {
		const text = line.slice(0, -2);
		if (!line.endsWith("\r\n") || line.length > 1_000) return this.#refuse("500 line", line);
		const command = /^\w*/.exec(text)?.[0].toUpperCase() ?? "";
		const own = this.#server.options.answers?.[command];
		if (own !== undefined) return own;
		if (command === "QUIT") return "221 bye";
		if (!order[this.#state]?.includes(command)) return this.#refuse("503 bad sequence", text);
		switch (command) {
			case "EHLO":
				return this.#greeted(text);
			case "STARTTLS":
				return this.#offersTls ? goAhead : this.#refuse("502 no TLS", text);
			case "AUTH":
				return this.#loggedIn(text);
			case "MAIL":
				return this.#mailFrom(text);
			case "RCPT":
				return this.#mailTo(text);
			default:
				this.#state = "data";
				this.#data = [];
				return "354 end with a dot";
		}
	}

	get #offersTls(): boolean {
		return this.#server.options.tls !== undefined && !this.#secured;
	}

	#greeted(text: string): string {
		if (!/^EHLO (([a-z\d-]+\.)+[a-z]{2,}|\[[\d.]+\])$/i.test(text)) return this.#refuse("501 name", text);
		this.#state = "greeted";
		const offers = ["strict.example", "8BITMIME", "SMTPUTF8", "SIZE 1000000"];
		if (this.#offersTls) offers.push("STARTTLS");
		if (this.#server.options.login) offers.push("AUTH PLAIN");
		return offers.map((one, n) => `250${n < offers.length - 1 ? "-" : " "}${one}`).join("\r\n");
	}

	#secure(): void {
		this.#socket.removeAllListeners("data");
		this.#socket = new TLSSocket(this.#socket, { ...this.#server.options.tls, isServer: true });
		this.#secured = true;
		this.#state = "new";
		this.#listen(this.#socket);
	}

	#loggedIn(text: string): string {
		const [, given = ""] = /^AUTH PLAIN (\S+)$/.exec(text) ?? [];
		const [, user, password] = Buffer.from(given, "base64").toString().split("\0");
		const [mailbox, right] = this.#server.options.login ?? [];
		if (user !== mailbox || password !== right) return this.#refuse("535 5.7.8 wrong password", "AUTH");
		this.#login = user;
		return "235 welcome";
	}

	#mailFrom(text: string): string {
		const [, from] = /^MAIL FROM:<([^<>@\s]+@[^<>@\s]+)>( BODY=8BITMIME)?( SIZE=\d+)?$/.exec(text) ?? [];
		if (this.#server.options.login && this.#login === undefined) return this.#refuse("530 5.7.0 log in first", text);
		if (from === undefined || from !== (this.#login ?? from)) return this.#refuse("553 sender", text);
		this.#from = from;
		this.#state = "mail";
		return "250 ok";
	}

	#mailTo(text: string): string {
		const [, to] = /^RCPT TO:<([^<>@\s]+@[^<>@\s]+)>$/.exec(text) ?? [];
		if (to === undefined) return this.#refuse("501 recipient", text);
		this.#to.push(to);
		this.#state = "rcpt";
		return "250 ok";
	}

	/** @returns the answer once the mail is complete */
	#dataLine(line: string): string | undefined {
		if (!line.endsWith("\r\n") || line.length > 1_000) this.#refuse("500 line", line);
		if (line !== ".\r\n") {
			this.#data.push(line.slice(0, -2).replace(/^\./, ""));
			return undefined;
		}
		this.#state = "greeted";
		const at = this.#data.indexOf("");
		const head = this.#data
			.slice(0, at)
			.join("\n")
			.replaceAll(/\n[ \t]+/g, " ");
		const entries = head.split("\n").map((header) => /^([!-9;-~]+): ([ -~]*)$/.exec(header));
		const headers = Object.fromEntries(entries.map((found) => [String(found?.[1]).toLowerCase(), found?.[2] ?? ""]));
		const twice = entries.length !== Object.keys(headers).length;
		const needed = ["from", "to", "date", "subject", "message-id", "mime-version", "content-type"];
		const isWrong = at < 0 || entries.includes(null) || twice || needed.some((name) => !headers[name]);
		if (isWrong) return this.#refuse("550 headers", head);
		const body = Buffer.from(this.#data.slice(at + 1).join("\r\n"), "latin1");
		const text = decoded(body, headers["content-transfer-encoding"]);
		const [from, to, login, secured] = [this.#from, this.#to, this.#login, this.#secured];
		this.#server.mails.push({ from, to, headers, text, secured, login });
		this.#to = [];
		return "250 2.0.0 taken";
	}

	#refuse(answer: string, line: string): string {
		this.#server.refused.push(`${answer} for ${line}`);
		return answer;
	}
}

function decoded(body: Buffer, encoding: string | undefined): string {
	if (encoding === "base64") return Buffer.from(body.toString("latin1"), "base64").toString();
	if (encoding !== "quoted-printable") return body.toString();
	const joined = body.toString("latin1").replaceAll("=\r\n", "");
	const bytes = joined.replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	return Buffer.from(bytes, "latin1").toString();
}
