// The words of the viewer, in Chinese.
const words = {
  'Try it out': '试一试', 'Execute': '发送', 'Cancel': '取消', 'Clear': '清除', 'Reset': '还原', 'Parameters': '参数', 'No parameters': '没有参数',
  'Responses': '回答', 'Response body': '回答内容', 'Response headers': '回答的头', 'Server response': '服务器的回答', 'Request body': '请求内容', 'Request URL': '请求地址',
  'Code': '状态码', 'Details': '内容', 'Description': '说明', 'Links': '链接', 'No links': '没有', 'Name': '名称', 'Schemas': '数据结构', 'Example Value': '示例', 'Schema': '结构',
  'Media type': '类型', 'Authorize': '令牌', 'Close': '关闭', 'Logout': '退出', 'Download': '下载', 'required': '必填', 'Available authorizations': '可用的身份',
  'Controls Accept header.': '', 'Edit Value': '编辑', 'Filter by tag': '按名称筛选', 'Loading...': '正在读取', 'Undocumented': '未说明', 'Copied': '已复制',
}

function translate(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const word = words[node.data.trim()]
    if (word !== undefined && word !== node.data) node.data = word
    return
  }
  if (node.nodeName === 'TEXTAREA' || node.nodeName === 'CODE' || node.nodeName === 'PRE') return
  node.childNodes.forEach(translate)
}

// What is tried goes out as from a page of this server: the session's cookie comes along.
SwaggerUIBundle({
  url: '/api/openapi.yaml', dom_id: '#api', deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0, displayOperationId: true, filter: true,
  validatorUrl: null, persistAuthorization: false, withCredentials: true, showExtensions: true,
  requestInterceptor: (request) => {
    if (new URL(request.url, location.href).origin === location.origin) request.headers['X-Requested-With'] = 'viewer'
    return request
  },
})
new MutationObserver((changes) => changes.forEach((c) => (c.type === 'characterData' ? translate(c.target) : c.addedNodes.forEach(translate))))
  .observe(document.getElementById('api'), { childList: true, subtree: true, characterData: true })
