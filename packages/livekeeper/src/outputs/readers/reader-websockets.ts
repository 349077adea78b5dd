import { answerPings } from "@livekeeper/base/answer-pings";
import { type ServerOptions, WebSocketServer } from "ws";

/**
 * WebSocket server for readers, which only listen: none of them can delay the others or queue answers without bound.
 */
export class ReaderWebSocketServer extends WebSocketServer {
	constructor(options: ServerOptions) {
		super({
			perMessageDeflate: false,
			...options,
			noServer: true,
			autoPong: false,
			// One message per turn of the event loop, however many arrived together.
			allowSynchronousEvents: false,
		});
	}

	override handleUpgrade(...[request, socket, head, done]: Parameters<WebSocketServer["handleUpgrade"]>): void {
		super.handleUpgrade(request, socket, head, (webSocket, ...rest) => {
			answerPings(webSocket);
			done(webSocket, ...rest);
		});
	}
}
