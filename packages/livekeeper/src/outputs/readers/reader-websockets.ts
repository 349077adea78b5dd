import { type ServerOptions, WebSocketServer } from "ws";
import { answerPings } from "../../answer-pings.ts";

/** WebSockets of readers, who only listen: none of them can hold up the others or have answers wait without bound. */
export class ReaderWebSocketServer extends WebSocketServer {
	constructor(options: ServerOptions) {
		super({
			perMessageDeflate: false,
			...options,
			noServer: true,
			autoPong: false,
			// One message a turn of the event loop, however many have arrived together.
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
