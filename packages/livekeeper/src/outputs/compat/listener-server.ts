import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Scope } from "../../live/index.ts";
import {
	ignoreReset,
	type ReaderHub,
	ReaderWebSocketServer,
	refuseUpgrade,
	type UpgradeAccess,
	watchOver,
} from "../readers/index.ts";
import { Listener } from "./listener.ts";
import type { ListenerPlaces } from "./places.ts";

/** Returns the path and the query of a request. Accepts any URL a client sends. */
export function addressOf({ url = "" }: IncomingMessage): { path: string; query: URLSearchParams } {
	const [path = "", query = ""] = url.split("?", 2);
	return { path, query: new URLSearchParams(query) };
}

/** Decodes a part of a path. Returns it unchanged if it is badly escaped. */
export function unescaped(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

/** Protocol of another program's server. */
export interface Protocol {
	/** Name of the program that this protocol imitates. */
	readonly name: string;
	/**
	 * Checks an upgrade before it is answered.
	 * @returns a function that serves the client
	 * @throws LivekeeperError if the address leads nowhere, or the client may not read it
	 */
	accept(request: IncomingMessage, scope: Scope): (listener: Listener) => void;
	/** Answers a request that is not an upgrade. Never throws. */
	answer(request: IncomingMessage, response: ServerResponse): void;
}

interface ListenerServerDeps {
	hub: ReaderHub;
	places: ListenerPlaces;
	access: UpgradeAccess;
	clock: Clock;
	logger: Logger;
}

/** A server for programs written for another server. */
interface ListenerServer {
	readonly port: number;
	close(): Promise<void>;
}

/** Maximum size of a client's message, bytes. Clients have little to say, and nearly all of it is ignored. */
const maxClientBytes = 16 * 1024;

/** Listens at the other program's address. @throws Error of the system if it cannot */
export async function serveListeners(
	protocol: Protocol,
	{ host, port }: { host: string; port: number },
	deps: ListenerServerDeps,
): Promise<ListenerServer> {
	// A static import of the whole module makes Node load its own `fetch`, about 50 ms, and few need these servers.
	const { createServer } = await import("node:http");
	const sockets = new ReaderWebSocketServer({
		maxPayload: maxClientBytes,
		clientTracking: true,
		// A frame is compressed once for all clients, so it must not depend on earlier frames.
		perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 15 },
		handleProtocols: (offered) => (offered.has("livekeeper") ? "livekeeper" : false),
	});
	const server = createServer({ requestTimeout: 30_000 }, (request, response) => protocol.answer(request, response));
	server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on("error", ignoreReset);
		try {
			const { scope, party } = deps.access.admit(request, deps.access.connectionKey(request));
			const serve = protocol.accept(request, scope);
			deps.hub.admit(socket, party);
			socket.off("error", ignoreReset);
			sockets.handleUpgrade(request, socket, head, (webSocket) => {
				watchOver(webSocket, request.socket, { ...deps, servedByHub: true });
				const listener = new Listener(webSocket, request, scope, { ...deps, name: protocol.name });
				listener.onClosed(scope.onRevoked(() => listener.end("token_revoked")));
				serve(listener);
			});
		} catch (error) {
			refuseUpgrade(request, socket, error, deps.logger);
		}
	});
	server.listen(port, host);
	await once(server, "listening");
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			const closed = once(server, "close");
			server.close();
			for (const socket of sockets.clients) socket.terminate();
			sockets.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

/** Error for an upgrade at an unknown address. */
export function noSuchAddress(): LivekeeperError {
	return new LivekeeperError("not_found", requestTexts.noWebSocket);
}
