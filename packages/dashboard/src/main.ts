import { createApp } from "vue";
import App from "./app/app.vue";
import { router } from "./app/router.ts";
import { applyTheme } from "./app/theme.ts";
import { i18n, initialLocale, setLocale } from "./i18n/index.ts";
import { createService, serviceKey } from "./service/index.ts";
import "./styles/base.css";

applyTheme();
setLocale(initialLocale());
createApp(App)
	.use(i18n)
	.use(router)
	.provide(serviceKey, createService(location.href, i18n.global.locale))
	.mount("#app");
