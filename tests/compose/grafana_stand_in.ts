// In a container: a few paths of Grafana, served from its provisioning files.
// Like Grafana it heeds the proxy variables when it asks the data source.

const provisioning = "/etc/grafana/provisioning";

function valueOf(file: string, key: string): string {
  const text = Deno.readTextFileSync(`${provisioning}/${file}`);
  const value = new RegExp(`^ *${key}: (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${key} in ${file}`);
  return value;
}

const source = valueOf("datasources/prometheus.yml", "url");
const uid = valueOf("datasources/prometheus.yml", "uid");
const folder = valueOf("dashboards/crypto-stream.yml", "path");

const dashboards = [...Deno.readDirSync(folder)]
  .filter(({ name }) => name.endsWith(".json"))
  .map(({ name }) => JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)));

// What Grafana writes to.
for (const dir of ["/var/lib/grafana", "/var/log/grafana", "/tmp"]) {
  Deno.writeTextFileSync(`${dir}/test`, "");
}
Deno.readTextFileSync(
  Deno.env.get("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH") ?? "",
);

Deno.serve({ hostname: "0.0.0.0", port: 3000 }, ({ url }) => {
  const { pathname, search } = new URL(url);
  const proxied = `/api/datasources/proxy/uid/${uid}/`;
  if (pathname.startsWith(proxied)) {
    return fetch(`${source}/${pathname.slice(proxied.length)}${search}`);
  }
  switch (pathname) {
    case "/api/health":
      return Response.json({ database: "ok" });
    case "/api/search":
      return Response.json(
        dashboards.map(({ uid, title }) => ({ uid, title })),
      );
    default:
      return new Response(null, { status: 404 });
  }
});
