import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import type { Scope } from "../../live/index.ts";
import { requestTexts } from "../../text/index.ts";
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

/** How the server of another program speaks. */
export interface Protocol {
	/** Name of the program whose server it is. */
	readonly name: string;
	/**
	 * Judges an upgrade before it is answered.
	 * @returns what serves its client
	 * @throws LivekeeperError where it leads nowhere, or its client may not have it
	 */
	accept(request: IncomingMessage, scope: Scope): (listener: Listener) => void;
	/** Answers what is no upgrade. It never throws. */
	answer(request: IncomingMessage, response: ServerResponse): void;
}

export interface ListenerServerDeps {
	hub: ReaderHub;
	places: ListenerPlaces;
	access: UpgradeAccess;
	clock: Clock;
	logger: Logger;
}

/** A server that programs dial which were written for another one. */
export interface ListenerServer {
	readonly port: number;
	close(): Promise<void>;
}

/** The largest message of a client: they have little to say, and nearly all of it is ignored. */
const mostClientBytes = 16 * 1024;

/** Listens where the other program would. @throws Error of the system where it can't */
export async function serveListeners(
	protocol: Protocol,
	{ host, port }: { host: string; port: number },
	deps: ListenerServerDeps,
): Promise<ListenerServer> {
	// A module that imports it as a whole has Node load its own `fetch`, some 50 ms: few need these servers.
	const { createServer } = await import("node:http");
	const sockets = new ReaderWebSocketServer({
		maxPayload: mostClientBytes,
		clientTracking: true,
		// Frames are compressed once for all, so none may build on those before it.
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

/** An upgrade at an address where nothing is. */
export function noSuchAddress(): LivekeeperError {
	return new LivekeeperError("not_found", requestTexts.noWebSocket);
}
