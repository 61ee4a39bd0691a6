FLASK_APP=kutego:create_app
