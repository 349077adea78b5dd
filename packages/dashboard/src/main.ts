import { createApp } from "vue";
import App from "./app/app.vue";
import { router } from "./app/router.ts";
import { applyTheme } from "./app/theme.ts";
import { i18n, initialLocale, setLocale } from "./i18n/index.ts";
import { createService, serviceKey } from "./service/index.ts";
import "./styles/base.css";

applyTheme();
setLocale(initialLocale());
const service = createService(location.href, i18n.global.locale);
// A page left open during an upgrade of the service requests chunks that no longer exist.
router.onError((_, to, from) => {
	if (from.matched.length > 0 && service.connection.value.name === "open") location.assign(to.fullPath);
});
createApp(App).use(i18n).use(router).provide(serviceKey, service).mount("#app");

// Browsers allow it on this machine and over HTTPS. The development server has files of other names.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
	addEventListener("load", () => {
		navigator.serviceWorker.register("/sw.js").catch((error: unknown) => console.warn("No offline page:", error));
	});
}
