// Plain ES5 for browsers that cannot load the application at all.
(() => {
  var p = document.createElement("p");
  p.setAttribute("style", "font:18px/1.6 sans-serif;padding:24px;max-width:36em");
  p.appendChild(
    document.createTextNode(
      "浏览器太旧,无法运行盘点。请升级系统 WebView 或 Chrome(74 以上)。 " +
        "This browser is too old for Pandian. Please update the system WebView or Chrome to version 74 or later.",
    ),
  );
  document.body.appendChild(p);
})();
