/** The page's whole style: no font, image or sheet from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfbf9;--card:#fff;--ink:#1d2125;--quiet:#5b636c;--line:#e2e3df;--line-strong:#9aa1a8;--accent:#1a5a86;--wash:#f1f2ee;--good:#2b6a3f;--warn:#8a5200;--bad:#9c2b22;--series-1:#2f78a8;--series-2:#c2701c;--series-3:#3c8a5a;--series-4:#8a5aa8;--series-5:#a8404f;--series-6:#6b6f2a}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1a1e22;--ink:#e7e8e5;--quiet:#a3abb3;--line:#2e343a;--line-strong:#737c85;--accent:#84bfe6;--wash:#20252a;--good:#8accA0;--warn:#e3b063;--bad:#ee968e;--series-1:#6db1dd;--series-2:#e0995a;--series-3:#79c196;--series-4:#bf98d8;--series-5:#e08896;--series-6:#b5b96a}}
@media (prefers-contrast:more){:root{--quiet:var(--ink);--line:var(--ink);--line-strong:var(--ink)}}
*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:64rem;padding:0 1.25rem 4rem}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem 1rem;z-index:1}
header{padding:2.5rem 0 1rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .75rem;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.35rem;margin:3rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.1rem;line-height:1.35;margin:0 0 .25rem}
h4{font-size:.95rem;margin:1.25rem 0 .35rem}
p{margin:.4rem 0;max-width:46rem}
.lead{font-size:1.1rem}
.quiet{color:var(--quiet);font-weight:400}.small{font-size:.85rem}
.banner{border:2px solid var(--warn);border-radius:6px;padding:.5rem .9rem;font-weight:600;margin:.6rem 0;max-width:46rem}.banner p{margin:.2rem 0}
dl.tiles{display:flex;flex-wrap:wrap;gap:1px;margin:1.5rem 0;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.tiles>div{background:var(--card);padding:.7rem .95rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.tiles>div{flex:1 1 7.5rem}.tiles .period{flex:2 1 15.5rem}.tiles .period dd{font-size:1.1rem;line-height:1.55}.tiles .period span{white-space:nowrap}.tiles dt{font-size:.82rem;color:var(--quiet)}.tiles dd{margin:0;font-size:1.3rem;font-weight:600;line-height:1.3}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;margin:0;padding:0;font-size:.92rem}
ol.findings{list-style:none;margin:0;padding:0}
.finding{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem 1.2rem;margin:0 0 .9rem}
.finding.lean{padding:.5rem 1.2rem;margin:0 0 .4rem}
.finding.lean h3{font-size:1rem;font-weight:600}
.rank{display:inline-block;min-width:1.6em;color:var(--quiet);font-weight:400}
.claim{margin:.2rem 0 .6rem;max-width:48rem}
..in .figure{margin:0}.in .figure strong{font-size:1rem}.in>ol{padding-left:1.4rem;margin:.3rem 0}.in>ol>li{margin:0 0 .7rem}
figure{margin:.3rem 0 .6rem}.figure strong{font-size:1.5rem;line-height:1.2;margin-right:.5rem}
ul.badges{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:.4rem 0;padding:0}
.badges li{font-size:.78rem;border:1px solid var(--line-strong);border-radius:999px;padding:.06rem .6rem;color:var(--quiet);overflow-wrap:anywhere}
.badges .serious,.badges .sampled{color:var(--bad);border-color:var(--bad);font-weight:600}
.badges .warning,.badges .modeled{color:var(--warn);border-color:var(--warn);font-weight:600}
.badges .measured{color:var(--good);border-color:var(--good)}
.in .figure{margin:0}.in .figure strong{font-size:1rem}.in>ol{padding-left:1.4rem;margin:.3rem 0}.in>ol>li{margin:0 0 .7rem}
figure{margin:.8rem 0;overflow-x:auto}figcaption{font-size:.85rem;color:var(--quiet)}
svg{display:block;max-width:100%;height:auto}figure svg{min-width:46rem}@media print{figure svg{min-width:0}}@media (prefers-color-scheme:dark){figure svg{filter:saturate(.7) brightness(1.05)}}svg text{font-family:inherit}
td svg{max-width:none}
ol.brief{margin:.2rem 0 1.2rem;padding-left:1.8rem;font-size:.95rem}ol.brief li{margin:.1rem 0}
ul.also{list-style:none;margin:.2rem 0;padding:0}ul.also>li{margin:.15rem 0}p.also{margin-top:.8rem}ul.also .rank{min-width:2.2em}
dl.guide dt{font-weight:600;margin-top:.4rem}dl.guide dd{margin:0;max-width:46rem}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--accent)}
details>.in{border-left:2px solid var(--line);padding:.1rem 0 .1rem 1rem;margin:.35rem 0 .6rem}
.wide{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;width:100%;font-size:.88rem}
caption{text-align:left;color:var(--quiet);padding:.2rem 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;unicode-bidi:isolate}
thead th{font-weight:600;color:var(--quiet);border-bottom-color:var(--line-strong);overflow-wrap:normal}
tbody th{font-weight:600}
.num{text-align:right;white-space:nowrap;overflow-wrap:normal}
.cols td,.cols th{min-width:4.5rem}.cols tbody th{min-width:9rem}th bdi,td bdi{overflow-wrap:normal}.sources th,.sources td{overflow-wrap:normal}.sources td:nth-child(3){overflow-wrap:anywhere;min-width:7rem}
code,pre{font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;unicode-bidi:isolate}
code{overflow-wrap:anywhere}
pre{background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;margin:.4rem 0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;max-height:32rem}
bdi{unicode-bidi:isolate}
.status{font-weight:600;white-space:nowrap}.ok{color:var(--good)}.bad{color:var(--bad)}.na{color:var(--quiet)}
footer{margin-top:3.5rem;border-top:1px solid var(--line);padding-top:1rem;color:var(--quiet);font-size:.85rem}
@media (max-width:40rem){h1{font-size:1.6rem}.finding{padding:.8rem .9rem}}
@media print{body{max-width:none;padding:0}nav,.skip{display:none}.finding{break-inside:avoid-page;border-color:#999}h2,h3{break-after:avoid}pre{max-height:none}details::details-content{content-visibility:visible;block-size:auto;opacity:1}}
@media (forced-colors:active){.badges li,.finding{border-color:CanvasText}svg{forced-color-adjust:none;background:#fff;color:#000}}
`.trim();
